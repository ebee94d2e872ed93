// Says whether a description of an interface is valid OpenAPI: the version it claims to be, all references resolved.
//
// Usage: node validate-openapi.mjs FILE
// Prints the version and ends with 0, or prints what is wrong and ends with 1.

import { readFile } from "node:fs/promises";

import { Validator } from "@seriousme/openapi-schema-validator";

const validator = new Validator();
const description = JSON.parse(await readFile(process.argv[2], "utf8"));
const result = await validator.validate(description);
if (!result.valid) {
  console.log(JSON.stringify(result.errors, null, 2));
  process.exit(1);
}
// A reference that leads nowhere is not against the schema; resolving them all finds it.
validator.resolveRefs();
console.log(validator.version);
