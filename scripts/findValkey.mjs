import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Finds the Valkey that the tests start: VALKEY_SERVER, or `valkey-server` or `redis-server` on the PATH. If there is
 * none, root installs Debian's package, and it says so. Undefined: there is none.
 */
export function findValkey() {
  const found = installed()
  if (found || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return found
  console.log('No Valkey here; installing redis-server from Debian …')
  const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server'
  spawnSync(install, { shell: true, stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  return installed()
}

function installed() {
  if (process.env.VALKEY_SERVER) return process.env.VALKEY_SERVER
  return ['valkey-server', 'redis-server'].find((name) => spawnSync(name, ['--version']).status === 0)
}
