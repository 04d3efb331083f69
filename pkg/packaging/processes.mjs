// Programs that the matrix runs. What it starts it ends, whatever happens to itself.
import { spawn } from "node:child_process";

const PATIENCE_MS = 60_000;
const started = new Set();

process.once("exit", () => started.forEach(end));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => process.exit(1));
}

/** Ends a program with all that it started itself: each is the head of a process group. */
function end(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing of it is left, or it never began.
  }
}

/** What a consumer's programs see of this process's environment: nothing that npm or a parent says to Node. */
export const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^FORCE_COLOR$/i.test(name))),
  NO_COLOR: "1",
};

/** Starts a program that goes on until `stop`. */
export function start(command, args, { cwd, env = environment, stdio = ["ignore", "pipe", "pipe"] }) {
  const child = spawn(command, args, { cwd, env, stdio, detached: true });
  started.add(child);
  const program = { child, said: "", stop };
  const ended = new Promise((over) => child.once("error", over).once("close", over)).finally(() => started.delete(child));
  child.stdout?.setEncoding("utf8").on("data", (text) => (program.said += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (program.said += text));
  return program;

  async function stop() {
    end(child);
    await ended;
  }
}

/** Waits until `find` finds something in what a started program says. */
export function heard(program, stream, find) {
  return new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error(`nothing came in time\n${program.said}`)), PATIENCE_MS);
    const settle = (settled, value) => {
      clearTimeout(late);
      settled(value);
    };
    let text = "";
    stream.on("data", (more) => {
      text += more;
      const match = find(text);
      if (match) {
        settle(found, match);
      }
    });
    program.child.once("close", (code) => settle(failed, new Error(`it ended with ${code}\n${program.said}`)));
    program.child.once("error", (error) => settle(failed, error));
  });
}

/** Runs a program to its end, hands it `input`, and gives what it wrote to its standard output. */
export function run(command, args, { cwd, env = environment, input = "" }) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env, stdio: "pipe", detached: true });
    started.add(child);
    let output = "";
    let said = "";
    const late = setTimeout(() => end(child), PATIENCE_MS);
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    child.stdin.on("error", () => {}).end(input);
    child.once("error", failed).once("close", (code, signal) => {
      clearTimeout(late);
      started.delete(child);
      const what = [command, ...args].map((word) => word.split("/").at(-1)).join(" ");
      code === 0 ? done(output) : failed(new Error(`\`${what}\` ended with ${code ?? signal}\n${output}${said}`));
    });
  });
}
