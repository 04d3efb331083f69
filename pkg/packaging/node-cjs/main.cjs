const { readFileSync } = require("node:fs");

const given = JSON.parse(readFileSync(0, "utf8"));
void import("./probe.mjs")
  .then(({ probe }) => probe(() => require("./app.cjs"), given))
  .then((answer) => console.log(JSON.stringify(answer)));
