import { createRequire } from "node:module";
import os from "node:os";
import answer from "./lib/größe.js";

const require = createRequire(import.meta.url);
const { version } = require("./version.json");
const { username, uid } = os.userInfo();
console.log(`${process.env.GREETING} from ${username} (${uid}) in ${process.cwd()}: ${answer}, ${version}, ${require("./dist/deep")}`);
