// Brings the reader to what is to mend: the list of errors gets the focus once it is on the page.
import { bind } from "./bind.js";

bind("data-error-summary", (summary) => summary.focus());
