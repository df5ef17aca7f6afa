import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef, type EffectScope } from 'vue'
import { put } from '~/client/storage/browserFiles'
import { kindOf, whyNot } from '~/client/uploads/kinds'
import { Semaphore } from '~/client/uploads/semaphore'
import { Speedometer } from '~/client/uploads/speedometer'
import type { PickedFile } from '~/client/uploads/types'
import { useFileDrop } from '~/composables/useFileDrop'
import { useFilePaste } from '~/composables/useFilePaste'

let scope: EffectScope
beforeEach(() => {
  scope = effectScope()
  return () => scope.stop()
})
afterEach(() => vi.unstubAllGlobals())

const picture = new File(['x'], 'sun.png', { type: 'image/png' })

/** Stands for an element of a page: events go from it to its document. */
function element() {
  const ownerDocument = new EventTarget()
  return Object.assign(new EventTarget(), { ownerDocument }) as unknown as HTMLElement
}

function drag(type: string, more: { types?: string[]; items?: unknown[] } = {}): Event & { dataTransfer: any } {
  const dataTransfer = { types: more.types ?? ['Files'], items: more.items ?? [], dropEffect: '' }
  return Object.assign(new Event(type, { cancelable: true }), { dataTransfer })
}

const item = (file: File | null, more = {}) => ({ kind: file ? 'file' : 'string', getAsFile: () => file, ...more })

describe('dropping', () => {
  async function dropZone(enabled = ref(true)) {
    const target = element()
    const dropped: PickedFile[][] = []
    const { over } = scope.run(() => useFileDrop(shallowRef(target), (files) => dropped.push(files), enabled))!
    await nextTick()
    return { target, dropped, over, enabled }
  }

  it('marks the element while files are above it, also above its children', async () => {
    const { target, over } = await dropZone()
    for (const [type, isOver] of [
      ['dragenter', true],
      ['dragenter', true],
      ['dragleave', true],
      ['dragleave', false],
    ] as const) {
      target.dispatchEvent(drag(type))
      expect(over.value).toBe(isOver)
    }
    target.dispatchEvent(drag('dragenter', { types: ['text/plain'] }))
    expect(over.value).toBe(false)
  })

  it('accepts files, and neither folders nor texts', async () => {
    const { target, dropped, over } = await dropZone()
    const handle = { getFile: async () => picture }
    const items = [
      item(picture, { getAsFileSystemHandle: async () => handle }),
      item(picture, { webkitGetAsEntry: () => ({ isDirectory: true }) }),
      item(null),
    ]
    target.dispatchEvent(drag('dragenter'))
    const drop = drag('drop', { items })
    target.dispatchEvent(drop)
    await vi.waitFor(() => expect(dropped).toHaveLength(1))
    expect(dropped).toEqual([[{ file: picture, handle }]])
    expect(drop.defaultPrevented).toBe(true)
    expect(over.value).toBe(false)
  })

  it('accepts nothing without the right, and the page stays', async () => {
    const { target, dropped, over } = await dropZone(ref(false))
    target.dispatchEvent(drag('dragenter'))
    const above = drag('dragover')
    target.dispatchEvent(above)
    expect([over.value, above.dataTransfer.dropEffect]).toEqual([false, 'none'])
    const drop = drag('drop', { items: [item(picture)] })
    target.dispatchEvent(drop)
    const missed = drag('drop', { items: [item(picture)] })
    target.ownerDocument.dispatchEvent(missed)
    await nextTick()
    expect(dropped).toEqual([])
    expect([drop.defaultPrevented, missed.defaultPrevented]).toEqual([true, true])
    scope.stop()
    const after = drag('drop')
    target.ownerDocument.dispatchEvent(after)
    expect(after.defaultPrevented).toBe(false)
  })
})

describe('pasting', () => {
  it.each([
    ['a picture', ['Files'], 1],
    ['a picture of a page', ['text/html', 'Files'], 1],
    ['a file with its name', ['text/plain', 'Files'], 1],
    ['cells of a table', ['text/plain', 'text/html', 'text/rtf', 'Files'], 0],
  ])('%s', async (_what, types, taken) => {
    const target = element()
    const pasted: PickedFile[][] = []
    scope.run(() =>
      useFilePaste(
        () => target,
        (files) => pasted.push(files),
      ),
    )
    await nextTick()
    const event = Object.assign(new Event('paste', { cancelable: true }), {
      clipboardData: { types, files: [picture] },
    })
    target.dispatchEvent(event)
    expect(pasted).toHaveLength(taken)
    expect(event.defaultPrevented).toBe(taken > 0)
  })
})

it('pictures are sent as pictures, unless they are too large or are sent as files', () => {
  expect(kindOf(picture, false)).toBe('image')
  expect(kindOf(picture, true)).toBe('file')
  expect(kindOf({ type: 'image/png', size: 31 * 1024 ** 2 }, false)).toBe('file')
  expect(kindOf({ type: 'image/svg+xml', size: 1 }, false)).toBe('file')
  expect([whyNot({ size: 0 }), whyNot({ size: 1 }), whyNot({ size: 2 ** 31 + 1 })]).toEqual([
    'EMPTY',
    null,
    'TOO_LARGE',
  ])
})

describe('the speed', () => {
  it('follows the sent bytes smoothly, and falls when nothing is sent', () => {
    const meter = new Speedometer(0)
    expect(meter.secondsLeft(100)).toBe(null)
    for (let second = 1; second <= 10; second++) {
      meter.add(1_000)
      meter.sample(second * 1_000)
    }
    expect(meter.speed).toBeCloseTo(1_000)
    expect(meter.secondsLeft(4_500)).toBe(5)
    meter.add(10_000)
    meter.sample(11_000)
    expect(meter.speed).toBeGreaterThan(1_000)
    expect(meter.speed).toBeLessThan(4_000)
    for (let second = 12; second <= 90; second++) meter.sample(second * 1_000)
    expect(meter.speed).toBeLessThan(1)
    expect(meter.secondsLeft(100)).toBe(null)
  })

  it('is not reduced by a part that is sent again', () => {
    const meter = new Speedometer(0)
    meter.add(1_000)
    meter.add(-1_000)
    meter.sample(1_000)
    expect(meter.speed).toBe(1_000)
  })
})

it('a semaphore serves in order, and takes back the turns of those who stop waiting', async () => {
  const semaphore = new Semaphore(1)
  const { signal } = new AbortController()
  const order: string[] = []
  const release = await semaphore.take(0, signal)
  const abort = new AbortController()
  const given = semaphore.take(1, abort.signal).catch(() => order.push('gave up'))
  const later = semaphore.take(3, signal).then((free) => (order.push('later'), free()))
  const sooner = semaphore.take(2, signal).then((free) => (order.push('sooner'), free()))
  abort.abort()
  await given
  release()
  release()
  await Promise.all([later, sooner])
  expect(order).toEqual(['gave up', 'sooner', 'later'])
})

describe('sending bytes in a browser', () => {
  function stubRequest() {
    const made: any[] = []
    class FakeRequest {
      upload: any = {}
      headers: Record<string, string> = {}
      status = 200
      constructor() {
        made.push(this)
      }
      open(method: string, url: string) {
        Object.assign(this, { method, url })
      }
      setRequestHeader(name: string, value: string) {
        this.headers[name] = value
      }
      getResponseHeader = (name: string) => (name === 'etag' ? '"e"' : null)
      send(body: Blob) {
        Object.assign(this, { body })
      }
      abort() {
        ;(this as any).onabort()
      }
    }
    vi.stubGlobal('XMLHttpRequest', FakeRequest)
    return made
  }

  it('reports how many were sent, and the ETag of the store', async () => {
    const made = stubRequest()
    const told: number[] = []
    const { signal } = new AbortController()
    const body = new Blob(['abc'])
    const answer = put('/p', { headers: { a: 'b' }, body, signal, onProgress: (bytes) => told.push(bytes) })
    const [request] = made
    request.upload.onprogress({ loaded: 2 })
    request.onload()
    expect(await answer).toEqual({ status: 200, etag: '"e"' })
    expect(request).toMatchObject({ method: 'PUT', url: '/p', headers: { a: 'b' }, body })
    expect(told).toEqual([2])
  })

  it('fails without an answer, and stops when it is aborted', async () => {
    const made = stubRequest()
    const abort = new AbortController()
    const options = { headers: {}, body: new Blob([]), signal: abort.signal, onProgress: () => {} }
    const lost = put('/p', options)
    made[0].onerror()
    await expect(lost).rejects.toThrow(TypeError)
    const stopped = put('/p', options)
    abort.abort()
    await expect(stopped).rejects.toBe(abort.signal.reason)
    await expect(put('/p', options)).rejects.toBe(abort.signal.reason)
    expect(made).toHaveLength(2)
  })
})
