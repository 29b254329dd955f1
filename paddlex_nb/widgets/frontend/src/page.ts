// The page around the parts: its title, and where its server is.

/** Tells something in the page's title until the user looks at the page. */
export class PageTitle {
  private former: string | null = null;
  private told = "";
  private readonly seen = () => {
    if (document.visibilityState === "visible") this.restore();
  };

  tell(sentence: string): void {
    this.former ??= document.title;
    this.told = `● ${sentence}`;
    document.title = this.told;
    document.addEventListener("visibilitychange", this.seen);
    window.addEventListener("focus", this.seen);
    window.addEventListener("pointerdown", this.seen);
  }

  /** Gives the page its own title back, unless the host has given it another one meanwhile. */
  restore(): void {
    if (this.former !== null && document.title === this.told) document.title = this.former;
    this.former = null;
    document.removeEventListener("visibilitychange", this.seen);
    window.removeEventListener("focus", this.seen);
    window.removeEventListener("pointerdown", this.seen);
  }
}

/** Path of the Jupyter server that the page comes from, with a slash at both ends. */
export function baseUrl(): string {
  try {
    const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");
    const base: unknown = config.baseUrl;
    if (typeof base === "string" && base.startsWith("/")) return base;
    if (typeof base === "string") return new URL(base, location.href).pathname;
  } catch {
    // a host that writes something else there
  }
  return document.body?.dataset.baseUrl ?? "/";
}
