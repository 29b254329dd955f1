"""The runtimes that exported models are written for: ONNX Runtime and Paddle Inference."""
