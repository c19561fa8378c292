/** Elixir, and the example release, for the local target and the tests. */
export { buildHelloBeam } from "./helloBeam";
export { ensureElixir } from "./toolchain";
export type { Report } from "../report";
