// An npm registry that answers to whoever has the token.
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");

const [tarball, token] = process.argv.slice(2);
const server = createServer((request, response) => {
  const allowed = request.headers.authorization === `Bearer ${token}`;
  response.writeHead(!allowed ? 401 : request.url === "/@team/dep/-/dep-1.0.0.tgz" ? 200 : 404);
  response.end(response.statusCode === 200 ? readFileSync(tarball) : "");
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
