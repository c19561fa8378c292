import { ring } from "./ring";
import { flyOwn, flyShared } from "./rows/fly";

ring(flyShared);
ring(flyOwn);
