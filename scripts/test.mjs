// Runs everything that must pass: lint, types, unused code, build, then on that build the tests in Node and in a browser, and
// the checks of the cloud. It ends with what failed, and with the sum: `N passed, N failed`.
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { findBrowser } from './findBrowser.mjs'
import { findValkey } from './findValkey.mjs'

const RESULTS = 'test-results'
const counts = { passed: 0, failed: 0, skipped: 0 }
/** What failed, in the words of the last lines: the end of a log is often all that is kept of it. */
const failures = []
/** What failed once and passed when it was tried again: each is a race, in a test or in WebChat, and wants to be mended. */
const races = []

/** Runs a command and shows its output. Resolves with its exit code. */
function run(command, environment = {}) {
  console.log(`\n> ${command}`)
  const child = spawn(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...environment } })
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

/** A step that passes or fails as a whole. */
async function check(command) {
  const started = Date.now()
  const passed = (await run(command)) === 0
  counts[passed ? 'passed' : 'failed']++
  if (!passed) failures.push(command)
  console.log(`${passed ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s: ${command}`)
  return passed
}

/** Runs a test runner that writes a report. If it dies before that, it counts as one failure. */
async function suite(command, environment, readReport) {
  const code = await run(command, environment)
  try {
    const { passed, failed, skipped, failures: found = [], races: raced = [] } = await readReport()
    counts.passed += passed
    counts.failed += failed
    counts.skipped += skipped
    failures.push(...found)
    races.push(...raced)
    if (failed > 0 && found.length === 0) failures.push(command)
    if (code === 0 || failed > 0) return
  } catch {
    // The runner died before it wrote its report.
  }
  counts.failed++
  failures.push(command)
}

async function vitestReport() {
  const report = JSON.parse(await readFile(`${RESULTS}/vitest.json`, 'utf8'))
  const skipped = report.numPendingTests + report.numTodoTests
  const named = ({ name, assertionResults }, wanted) =>
    assertionResults
      .filter(wanted)
      .map(({ fullName, failureMessages }) => `${fileOf(name)} › ${fullName}: ${firstLines(failureMessages[0])}`)
  const found = report.testResults.flatMap((file) => {
    const failed = named(file, ({ status }) => status === 'failed')
    // A file whose own preparation fails has no failed test.
    if (failed.length > 0 || file.status !== 'failed') return failed
    return [`${fileOf(file.name)}: ${firstLines(file.message)}`]
  })
  const raced = report.testResults.flatMap((file) =>
    named(file, ({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped, failures: found, races: raced }
}

async function playwrightReport() {
  const { stats, suites } = JSON.parse(await readFile(`${RESULTS}/playwright.json`, 'utf8'))
  const specsIn = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specsIn)]
  const named = (status) =>
    suites
      .flatMap(specsIn)
      .filter(({ tests }) => tests.some((test) => test.status === status))
      .map(({ file, title, tests }) => {
        const errors = tests.flatMap(({ results }) => results.flatMap((result) => result.errors))
        return `${file} › ${title}: ${firstLines(errors[0]?.message)}`
      })
  const { expected, unexpected, flaky, skipped } = stats
  return { passed: expected + flaky, failed: unexpected, skipped, failures: named('unexpected'), races: named('flaky') }
}

/** A test's file as it is named from the project's folder. */
function fileOf(path) {
  return relative(process.cwd(), path)
}

/** The beginning of an error, as one line. */
function firstLines(error = '') {
  return stripVTControlCharacters(error).replaceAll(/\s+/g, ' ').slice(0, 300)
}

async function cloudReport() {
  return JSON.parse(await readFile(`${RESULTS}/cloud.json`, 'utf8'))
}

await rm(RESULTS, { recursive: true, force: true })
await mkdir(RESULTS, { recursive: true })

// One after the other: both write the types in .nuxt.
await check('npm run check')
const built = await check('npm run build')
if (built) {
  const reporters = `--reporter=default --reporter=json --outputFile=${RESULTS}/vitest.json`
  const valkey = findValkey()
  if (!valkey)
    console.error('No Valkey: install valkey-server or redis-server, and the tests of several tasks pass too.')
  await suite(`npx vitest run ${reporters}`, valkey ? { VALKEY_SERVER: valkey } : {}, vitestReport)
  const browser = await findBrowser()
  if (browser) {
    const environment = { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: `${RESULTS}/playwright.json` }
    await suite('npx playwright test --reporter=list,json', environment, playwrightReport)
  } else {
    console.error('No browser: install Chromium, or set CHROMIUM_PATH, and the browser tests run too.')
    counts.failed++
  }
}
await suite('node scripts/checkCloud.mjs', {}, cloudReport)

const list = (title, lines) =>
  lines.length > 0 && console.log(`\n${title}:\n${lines.map((each) => `  ${each}`).join('\n')}`)
list('Passed only when tried again', races)
list('Failed', failures)
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`)
process.exit(counts.failed === 0 ? 0 : 1)
