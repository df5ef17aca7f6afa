import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Finds the Chromium for the browser tests: CHROMIUM_PATH, one on the PATH, or Playwright's own. If there is none, it
 * installs one and says so: root installs a Debian package, other users install it by Playwright. Undefined: that failed.
 */
export async function findBrowser() {
  const found = installed()
  if (found) return found
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  console.log(`No browser here; installing Chromium ${isDebianRoot ? 'from Debian' : 'by Playwright'} …`)
  const install = isDebianRoot
    ? 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji'
    : 'npx playwright install chromium'
  spawnSync(install, { shell: true, stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  return installed()
}

function installed() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  for (const name of NAMES) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    } catch {
      // There is no browser of this name.
    }
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined
}
