import type { FileFacts, Job, Results, Source } from './protocol'
import { findType } from './fileType'
import { locationPatches } from './locations'

/** Runs one job. @throws AppError INVALID with the reason; any other error means that the file cannot be read */
export async function runJob(job: Job, source: Source): Promise<Results[Job['task']]> {
  if (job.task === 'page') return (await import('./web/page')).openPage(job)
  if (job.task === 'file') return factsOf(source)
  const bytes = await source.read({ start: 0, end: source.size - 1 })
  if (job.task === 'voice') return (await import('./voice')).measureVoice(bytes, job.claimedMs)
  const { makeAvatar, makePicture, makePoster, makeThumbnail } = await import('./pictures')
  if (job.task === 'picture') return makePicture(bytes)
  if (job.task === 'avatar') return makeAvatar(bytes)
  if (job.task === 'thumbnail') return makeThumbnail(bytes)
  return makePoster(bytes)
}

async function factsOf(source: Source): Promise<FileFacts> {
  const mime = await findType(source)
  // A video that cannot be parsed is kept as it is: it is still a file.
  return { mime, patches: await locationPatches(source, mime).catch(() => []) }
}
