// n8n finds nodes and credentials through the "n8n" section of package.json. This entry point exists
// for tools that load the package by its name.
module.exports = {};
