#!/bin/sh
# install-package.sh TARBALL N8N_FOLDER
# Puts a packed community package (npm pack) into an n8n folder (~/.n8n) the way n8n's own "Install a community node"
# does, without a registry: n8n finds it at its next start. The package has no runtime dependencies, so nothing else is
# fetched; one that has some is refused.
set -eu

tarball=$1
nodes=$2/nodes
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tar -xzf "$tarball" -C "$work"
name=$(node -p 'require(process.argv[1]).name' "$work/package/package.json")
target=$nodes/node_modules/$name

rm -rf "$target"
mkdir -p "$(dirname "$target")"
cp -R "$work/package" "$target"

node - "$target/package.json" "$nodes/package.json" <<'SCRIPT'
const { readFileSync, writeFileSync } = require('node:fs');
const [manifestFile, installedFile] = process.argv.slice(2);
const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = JSON.parse(
	readFileSync(manifestFile, 'utf8'),
);
if (Object.keys(manifest.dependencies ?? {}).length > 0) {
	throw new Error(`${manifest.name} has runtime dependencies: install it from n8n instead`);
}
writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
writeFileSync(
	installedFile,
	JSON.stringify({
		name: 'installed-nodes',
		private: true,
		dependencies: { [manifest.name]: manifest.version },
	}),
);
SCRIPT
