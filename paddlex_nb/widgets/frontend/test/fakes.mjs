// What stands in for the host in tests of what needs no page.

globalThis.window = globalThis; // whose timers the sources use by this name

/** A widget's model: its traits, what was sent to Python, and how often traits were. */
export class FakeModel {
  saved = 0;
  sent = [];
  #listeners = new Map();

  constructor(traits = {}) {
    this.traits = traits;
  }

  get(name) {
    return this.traits[name];
  }

  set(name, value) {
    this.traits[name] = value;
  }

  save_changes() {
    this.saved += 1;
  }

  send(content) {
    this.sent.push(content);
  }

  on(event, callback) {
    this.#listeners.set(event, callback);
  }

  /** What arrives from Python. */
  arrive(content, buffers = []) {
    this.#listeners.get("msg:custom")(content, buffers);
  }
}
