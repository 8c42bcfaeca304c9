// Is a server trusted whose certificate is not Mozilla's, but among the image's?
const https = require("node:https");
const { readFileSync } = require("node:fs");

const server = https.createServer({ key: readFileSync("key.pem"), cert: readFileSync("certificate.pem") }, (_, response) => response.end());
server.listen(0, () => {
  const done = (answer) => console.log(answer) || server.close();
  https
    .get({ host: "localhost", port: server.address().port, agent: false }, (response) => response.resume() && done("trusted"))
    .on("error", (error) => done(error.code));
});
