import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * The Valkey that the tests start: VALKEY_SERVER, `valkey-server` or `redis-server` on the PATH. When there is none,
 * root installs Debian's package. Undefined when that does not work; it says what it does.
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
