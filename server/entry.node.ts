// Nothing is imported statically: modules that ask for `import.meta.url` must run after this file has begun, because
// Nitro's bundle hands them the address from here.
const { isStoreThread, runStoreThread } = await import('./embedded/thread')

// One file, two lives: Nitro bundles no worker entries, so the embedded database's thread starts from here too.
if (isStoreThread()) {
  await runStoreThread()
} else {
  try {
    const { serve } = await import('./serve.node')
    await serve(new URL(import.meta.url))
  } catch (error) {
    // One sentence for a wrong setting, a folder in use, a port that is taken; the stack would bury it.
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
