// How many corrections of each picture can be taken back.
export class Corrected {
  private readonly counts = new Map<number, number>();

  any(index: number): boolean {
    return (this.counts.get(index) ?? 0) > 0;
  }

  add(index: number, by: number): void {
    this.counts.set(index, (this.counts.get(index) ?? 0) + by);
  }
}
