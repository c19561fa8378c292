/** The platform's own time, which a test can make run faster. */
export class Clock {
  private passed = 0;
  private since = Date.now();

  constructor(private speed = 1) {}

  /** Milliseconds of the platform's time. */
  now(): number {
    return this.passed + (Date.now() - this.since) * this.speed;
  }

  run(speed: number): void {
    this.passed = this.now();
    this.since = Date.now();
    this.speed = speed;
  }

  iso(): string {
    return new Date(Date.UTC(2026, 0, 1) + this.now()).toISOString();
  }
}
