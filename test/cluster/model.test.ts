import { ring } from "./ring";
import { model } from "./rows/model";

ring(model);
