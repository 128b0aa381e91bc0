import { setText } from './dom.js'
import { Sessions } from './sessions.js'

const REFRESH_MS = 5000
const TYPING_MS = 300

/** The status page of the local API. The server writes the state of recorders; the sessions come from here. */
function main() {
  const form = document.querySelector('form[role=search]')
  const wanted = () => ({ search: form.elements.search.value.trim(), withProblems: form.elements.problems.checked })
  const address = new URLSearchParams(location.search)
  form.elements.search.value = address.get('search') ?? ''
  form.elements.problems.checked = address.get('problems') === '1'
  const lists = [...document.querySelectorAll('[data-environment]')].map((root) => new Sessions(root, root.dataset.environment, wanted()))

  let timer = 0
  const find = () => {
    const { search, withProblems } = wanted()
    const next = new URL(location.href)
    for (const [name, value] of [['search', search], ['problems', withProblems ? '1' : '']]) {
      if (value) next.searchParams.set(name, value)
      else next.searchParams.delete(name)
    }
    history.replaceState(null, '', next)
    for (const list of lists) list.find(search, withProblems)
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    find()
  })
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(find, TYPING_MS)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest('input')) return
    event.preventDefault()
    form.elements.search.focus()
  })
  setInterval(async () => {
    if (document.visibilityState !== 'visible') return
    await refreshRecorders()
    for (const list of lists) list.refresh()
  }, REFRESH_MS)
}

/** Shows what the server says of recorders now. */
async function refreshRecorders() {
  const response = await fetch(`/recorders${location.search}`).catch(() => null)
  if (!response?.ok) return
  const { refusal, recorders } = await response.json()
  setText(document.getElementById('refusal'), refusal)
  for (const { environment, state, sentence } of recorders) {
    const place = document.getElementById(`recorder-${environment}`)
    if (!place) continue // made since the page was loaded
    place.className = `recorder ${state}`
    setText(place, sentence)
  }
}

main()
