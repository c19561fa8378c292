import type { Row } from "../row";
import { model } from "./model";

/** Every target whose nodes are machines of their own. A later target adds its line. */
export const rows: readonly Row[] = [model];
