import { ring } from "./ring";
import { cloudfoundry } from "./rows/cloudfoundry";

ring(cloudfoundry);
