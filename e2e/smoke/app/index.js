const semver = require("semver");

console.log(semver.inc("1.2.3", "minor"));
