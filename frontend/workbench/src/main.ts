/** Entry: defines the element; the page does the rest. */

import "./workbench.css";
import { Workbench } from "./workbench.ts";

customElements.define("rubrica-workbench", Workbench);
