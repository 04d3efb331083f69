import { render } from "preact";
import { follow } from "./model/answers.ts";
import { begin } from "./model/opening.ts";
import { App } from "./ui/app.tsx";
import "./style/index.css";

const root = document.getElementById("page");
if (root !== null) {
  render(<App />, root);
}
follow();
void begin();
