/** The pinned Rust, with what the tests need of it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.js';
import { ask, Problem, run, say } from './run.js';
import { which } from './which.js';

const WASM = 'wasm32-unknown-unknown';

/** Installs the toolchain of rust-toolchain.toml, with its components and the wasm32 target. */
export async function ensureRust() {
  if (!which('cargo')) {
    throw new Problem(
      "Rust is missing. Run `curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh` " +
        '(on Windows, see https://rustup.rs), open a new terminal, and run this again.',
    );
  }
  const channel = pinnedChannel();
  if (which('rustup') && !hasParts(channel)) {
    say(`Installing Rust ${channel} with the ${WASM} target ...`);
    const parts = ['--component', 'rustfmt', '--component', 'clippy', '--target', WASM];
    const args = ['toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update'];
    await run('rustup', [...args, ...parts]);
  }
  const version = ask('rustc', ['--version'])?.trim();
  if (!version?.startsWith(`rustc ${channel} `)) {
    throw new Problem(
      `The tests need Rust ${channel}, and here is ${version ?? 'none that runs'}. ` +
        `Install it by rustup (\`rustup toolchain install ${channel}\`), and unset RUSTUP_TOOLCHAIN.`,
    );
  }
}

/** @param {string} channel */
function hasParts(channel) {
  const list = ask('rustup', ['component', 'list', '--installed', '--toolchain', channel]) ?? '';
  const installed = list.split('\n');
  return [`rust-std-${WASM}`, 'rustfmt-', 'clippy-'].every((part) =>
    installed.some((line) => line.startsWith(part)),
  );
}

function pinnedChannel() {
  const text = readFileSync(join(root, 'rust-toolchain.toml'), 'utf8');
  const channel = /^channel\s*=\s*"([^"]+)"/m.exec(text)?.[1];
  if (!channel) throw new Problem('rust-toolchain.toml has no line `channel = "..."`.');
  return channel;
}
