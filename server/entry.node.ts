// Nothing is imported statically. Modules that read `import.meta.url` must run after this file has begun, because
// Nitro's bundle sets it from here.
const { isStoreThread, runStoreThread } = await import('./embedded/thread')

// The embedded database's thread starts from this file too, because Nitro bundles no entries for workers.
if (isStoreThread()) {
  await runStoreThread()
} else {
  try {
    const { serve } = await import('./serve.node')
    await serve(new URL(import.meta.url))
  } catch (error) {
    // The sentence about an invalid setting, a folder in use or a taken port is enough. A stack would bury it.
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
