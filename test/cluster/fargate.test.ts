import { ring } from "./ring";
import { fargate } from "./rows/fargate";

ring(fargate);
