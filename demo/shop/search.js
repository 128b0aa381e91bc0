import { find, productCard } from './shop.js'

// The flaws: the answer takes three seconds, and nothing on the page says that a search is running.
let running

find('search').addEventListener('submit', async (event) => {
  event.preventDefault()
  running?.abort()
  running = new AbortController()
  const query = find('q').value
  const began = performance.now()
  try {
    const response = await fetch(`/api/search?q=${encodeURIComponent(query)}`, { signal: running.signal })
    const found = await response.json()
    console.warn(`[shop] slow search: ${Math.round(performance.now() - began)} ms`)
    find('results').replaceChildren(...found.map(productCard))
    find('summary').textContent = `${found.length} results`
    posthog.capture('searched', { results: found.length })
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
})
