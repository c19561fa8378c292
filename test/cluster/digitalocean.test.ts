import { ring } from "./ring";
import { digitalocean } from "./rows/digitalocean";

ring(digitalocean);
