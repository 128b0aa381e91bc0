import { element } from './dom.js'

/** Asks for a key in `root`, and calls `then` once it was given. */
export function askForKey(root, then, heading = 'h1') {
  const wrong = sessionStorage.getItem('key') !== null
  const field = element('input', { type: 'password', autocomplete: 'off', required: true })
  const form = element('form', { className: 'message' },
    element(heading, {}, 'A key is needed'),
    element('p', {}, `${wrong ? 'This key is not accepted. ' : ''}Paste a personal API key that may read recordings; \`replay-mcp local\` printed one. It is kept until this tab is closed.`),
    element('label', {}, 'Key ', field), ' ', element('button', { type: 'submit' }, 'Open'))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    sessionStorage.setItem('key', field.value.trim())
    then()
  })
  root.replaceChildren(form)
  if (document.activeElement === document.body) field.focus() // otherwise a person is typing elsewhere
}
