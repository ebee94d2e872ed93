// Runs the script of the page "try a password" outside a browser: reads {"rules": …, "cases": [{password, login,
// second_factor}]} and writes what the script says of each. The folder of the assets is the argument.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const folder = process.argv[2];
const asked = JSON.parse(readFileSync(0, "utf8"));
const context = vm.createContext({ TextEncoder });
vm.runInContext("var window = globalThis, self = globalThis;", context);
for (const file of ["zxcvbn/zxcvbn.js", "password.js"]) {
  vm.runInContext(readFileSync(join(folder, file), "utf8"), context, { filename: file });
}
const answers = asked.cases.map(({ password, login, second_factor }) =>
  context.khienPassword.judge(password, login, second_factor, asked.rules, context.zxcvbn));
process.stdout.write(JSON.stringify(answers));
