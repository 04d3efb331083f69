// webpack as its command line runs it where there is no configuration, without the command line's own package.
import webpack from "webpack";

webpack({ mode: "production", entry: "./page.js" }, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString("errors-only"));
    process.exitCode = 1;
  }
});
