// Checks what runs in the cloud: workflows, Terraform, the image. A check whose program is not installed is skipped.
//   TERRAFORM  a program to use in place of terraform: called with the folder, then terraform's own arguments
//   IMAGE_CHECK  a command that builds and checks the image, which takes minutes; without it the image is not checked
// Writes its counts to test-results/cloud.json for scripts/test.mjs.
import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'

const INFRA = 'infra'
/** The folders that are applied once, before any environment. */
const ONCE = [`${INFRA}/account`, `${INFRA}/bootstrap`]
const counts = { passed: 0, failed: 0, skipped: 0 }

/** Runs a program. Resolves with its output, and whether its exit code was 0. */
function run(program, parameters, environment = {}) {
  const options = { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 ** 2 }
  return new Promise((resolve) => {
    execFile(program, parameters, options, (error, stdout, stderr) =>
      resolve({ ok: !error, text: `${stdout}${stderr}` }),
    )
  })
}

/** Runs and counts a check. If it fails, prints its output. */
async function check(name, running) {
  const started = Date.now()
  const { ok, text } = await running
  counts[ok ? 'passed' : 'failed']++
  console.log(`${ok ? 'passed' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s: ${name}`)
  if (!ok) console.error(text)
}

function skip(what, reason) {
  counts.skipped++
  console.log(`not run: ${what}; ${reason}`)
}

async function checkWorkflows() {
  for (const file of await readdir('.github/workflows')) {
    await check(`workflow ${file}`, run('npx', ['action-validator', `.github/workflows/${file}`]))
  }
}

/** Runs Terraform in a folder: the program of TERRAFORM, or the real one with a cache for its providers. */
function terraform(folder, ...parameters) {
  const { TERRAFORM } = process.env
  if (TERRAFORM) return run(TERRAFORM, [folder, ...parameters])
  const cache = `${process.cwd()}/.cache/terraform`
  const environment = {
    TF_PLUGIN_CACHE_DIR: cache,
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: 'true',
    CHECKPOINT_DISABLE: '1',
  }
  return run('terraform', [`-chdir=${folder}`, ...parameters], environment)
}

/** Initializes a folder. The program of TERRAFORM has its own providers, so it needs the modules only. */
function prepare(folder) {
  if (process.env.TERRAFORM) return terraform(folder, 'get', '-no-color')
  return terraform(folder, 'init', '-backend=false', '-input=false', '-no-color')
}

async function checkTerraform() {
  if (!process.env.TERRAFORM && !(await run('terraform', ['version'])).ok) {
    return skip('Terraform', 'there is no terraform on the PATH')
  }
  await mkdir('.cache/terraform', { recursive: true })
  await check('terraform fmt', terraform(INFRA, 'fmt', '-check', '-recursive', '-diff'))
  const first = await prepare(INFRA)
  if (/Failed to query available provider packages|Failed to install provider/.test(first.text)) {
    return skip('terraform validate and test', 'its providers cannot be fetched here')
  }
  const unknown = /provider \S+ does not support (?:resource type|data source) "\w+"/
  const seen = (await terraform(INFRA, 'validate', '-no-color')).text.replaceAll(/\s+/g, ' ')
  if (process.env.TERRAFORM && unknown.test(seen)) {
    return skip('terraform validate and test', 'the stand-in for its providers lacks a type that is used here')
  }
  const modules = (await readdir(`${INFRA}/modules`)).map((module) => `${INFRA}/modules/${module}`)
  for (const folder of [INFRA, ...ONCE, ...modules]) {
    const ready = await prepare(folder)
    await check(`terraform validate ${folder}`, ready.ok ? terraform(folder, 'validate', '-no-color') : ready)
  }
  for (const folder of [INFRA, ...ONCE]) {
    await check(`terraform test ${folder}`, terraform(folder, 'test', '-no-color'))
  }
  for (const file of (await readdir(`${INFRA}/envs`)).filter((name) => name.endsWith('.tfvars'))) {
    const parameters = ['test', '-no-color', '-test-directory=tests/envs', `-var-file=envs/${file}`]
    await check(`terraform test ${INFRA}/envs/${file}`, terraform(INFRA, ...parameters))
  }
}

async function checkImage() {
  const { IMAGE_CHECK } = process.env
  if (!IMAGE_CHECK) {
    return skip('the image', 'with Docker: docker build --tag webchat:check . && scripts/checkImage.sh webchat:check')
  }
  await check('image: build, page, account, socket, SIGTERM', run('bash', ['-c', IMAGE_CHECK]))
}

await checkWorkflows()
await checkTerraform()
await checkImage()
await mkdir('test-results', { recursive: true })
await writeFile('test-results/cloud.json', JSON.stringify(counts))
process.exit(counts.failed === 0 ? 0 : 1)
