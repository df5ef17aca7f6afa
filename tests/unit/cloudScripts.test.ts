import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/folder'

// Who deploys has jq (docs/deploy/01-accounts-and-tools.md); who only changes the code need not.
const hasJq = spawnSync('jq', ['--version']).status === 0
if (!hasJq) console.warn('The deployment scripts were NOT tested: install jq.')

const INFRA = resolve(import.meta.dirname, '../../infra')
const REPOSITORY = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/webchat'
const DIGEST = `sha256:${'1a2b3c4d5e6f'.padEnd(64, '0')}`

/** An AWS CLI that gives the prepared answer to each command, and records how it was called. */
async function withAws(answers: Record<string, unknown>) {
  const folder = await temporaryFolder()
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!${process.execPath}\n${text}`)
    chmodSync(join(bin, name), 0o755)
  }
  script(
    'aws',
    `
    const call = process.argv.slice(2)
    require('fs').appendFileSync('${folder}/calls', call.join(' ') + '\\n')
    const answers = ${JSON.stringify(answers)}
    let answer = answers[call[1]] ?? ''
    const query = call[call.indexOf('--query') + 1]
    if (call.includes('--query') && answer.byQuery) answer = answer.byQuery[query] ?? ''
    if (answer.error) { console.error(answer.error); process.exit(254) }
    console.log([answer].flat().map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\\n'))
  `,
  )
  for (const name of ['docker', 'sleep']) script(name, '')
  const run = (program: string, ...parameters: string[]) =>
    spawnSync('bash', [join(INFRA, program), ...parameters], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    })
  return {
    run,
    script,
    dockerCall: join(folder, 'docker'),
    calls: () => readFileSync(`${folder}/calls`, 'utf8').trim().split('\n'),
  }
}

const finding = (severity: string) => ({ severity })
const found = { 'describe-images': DIGEST }

it.skipIf(!hasJq).each([
  [
    'more than a hundred findings, none of them critical',
    { findings: Array.from({ length: 150 }, () => finding('LOW')), findingSeverityCounts: { LOW: 150 } },
    0,
  ],
  ['none', { findings: [] }, 0],
  [
    'a critical one among them',
    {
      findings: [...Array.from({ length: 120 }, () => finding('HIGH')), finding('CRITICAL')],
      findingSeverityCounts: { HIGH: 120, CRITICAL: 1 },
    },
    1,
  ],
  ['a critical one that only the counts tell', { findings: [], findingSeverityCounts: { CRITICAL: 1 } }, 1],
])('image.sh takes an image by its critical findings: %s', async (_which, imageScanFindings, status) => {
  const aws = await withAws({ ...found, 'describe-image-scan-findings': { imageScanFindings } })
  const { status: code, stdout, stderr } = aws.run('image.sh', REPOSITORY, 'tag')
  expect([code, stderr.includes(`critical findings: ${status}`)], stderr).toEqual([status, true])
  if (status === 0) expect(stdout.trim()).toBe(`${REPOSITORY}@${DIGEST}`)
})

it.skipIf(!hasJq)('image.sh adds up the pages of findings', async () => {
  const pages = [
    { imageScanFindings: { findings: [finding('LOW')] } },
    { imageScanFindings: { findings: [finding('CRITICAL')] } },
  ]
  const aws = await withAws({ ...found, 'describe-image-scan-findings': pages })
  const { status, stderr } = aws.run('image.sh', REPOSITORY, 'tag')
  expect([status, stderr.includes('critical findings: 1')], stderr).toEqual([1, true])
  expect(aws.calls().find((call) => call.includes('describe-image-scan-findings'))).toContain('--output json')
})

it('image.sh builds on the base image by its digest, for every stage of the Dockerfile', async () => {
  const aws = await withAws({ 'describe-images': { error: 'ImageNotFoundException' } })
  aws.script(
    'docker',
    `require('fs').writeFileSync(${JSON.stringify(aws.dockerCall)}, process.argv.slice(2).join(' '), { flag: 'a' })`,
  )
  aws.run('image.sh', REPOSITORY, 'tag')
  const stages = readFileSync(resolve(INFRA, '../Dockerfile'), 'utf8').match(/(?<=^FROM )\S+/gm)!
  for (const stage of stages)
    expect(readFileSync(aws.dockerCall, 'utf8')).toMatch(
      new RegExp(`--build-context ${stage}=docker-image://${stage}@sha256:[0-9a-f]{64} `),
    )
})

function service(revision: string) {
  const arn = `arn:aws:ecs:eu-central-1:123456789012:task-definition/webchat-prod:${revision}`
  return {
    arn,
    state: {
      taskDefinition: arn,
      deployments: [
        { status: 'PRIMARY', taskDefinition: arn, rolloutState: 'COMPLETED', runningCount: 2, desiredCount: 2 },
      ],
      events: [],
    },
  }
}

const deployment = (arn: string, state: unknown) => ({
  'describe-services': state,
  'describe-task-definition': { byQuery: { taskDefinition: { containerDefinitions: [{ image: 'old' }] } } },
  'register-task-definition': arn,
  'batch-get-image': { images: [{ imageId: { imageDigest: DIGEST }, imageManifest: '{"schemaVersion":2}' }] },
})

it.skipIf(!hasJq).each([
  ['by digest', `${REPOSITORY}@${DIGEST}`, `imageDigest=${DIGEST}`],
  ['by tag', `${REPOSITORY}:first`, 'imageTag=first'],
])('deploy.sh tags what it deploys with the environment, named %s, before it runs', async (_how, image, id) => {
  const { arn, state } = service('7')
  const aws = await withAws(deployment(arn, state))
  const { status, stdout, stderr } = spawnDeploy(aws, image)
  expect(status, stdout + stderr).toBe(0)
  const calls = aws.calls()
  const tagged = calls.findIndex((call) => call.startsWith('ecr put-image'))
  expect(calls[tagged]).toContain('--image-tag prod-1a2b3c4d5e6f')
  expect(calls.find((call) => call.startsWith('ecr batch-get-image'))).toContain(
    `--repository-name webchat --image-ids ${id}`,
  )
  expect(tagged).toBeLessThan(calls.findIndex((call) => call.startsWith('ecs update-service')))
})

it.skipIf(!hasJq)('deploy.sh continues if the tag exists already, and stops if it cannot be set', async () => {
  const { arn, state } = service('7')
  const exists = { 'put-image': { error: 'An error occurred (ImageAlreadyExistsException) when calling PutImage' } }
  const again = await withAws({ ...deployment(arn, state), ...exists })
  expect(spawnDeploy(again, `${REPOSITORY}@${DIGEST}`).status).toBe(0)
  const denied = await withAws({ ...deployment(arn, state), 'put-image': { error: 'AccessDeniedException' } })
  expect(spawnDeploy(denied, `${REPOSITORY}@${DIGEST}`).status).not.toBe(0)
  expect(denied.calls().some((call) => call.startsWith('ecs update-service'))).toBe(false)
})

/** Deploys to a chat that answers: the smoke test is another program's concern. */
function spawnDeploy(aws: Awaited<ReturnType<typeof withAws>>, image: string) {
  aws.script('node', '')
  return aws.run('deploy.sh', 'webchat-prod', 'https://chat.example.com', image)
}
