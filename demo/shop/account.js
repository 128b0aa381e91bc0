import { api, find } from './shop.js'

const form = find('sign-up')

function show() {
  const account = JSON.parse(localStorage.getItem('account') ?? 'null')
  form.hidden = account !== null
  if (account) find('signed-in').textContent = `Welcome, ${account.name}. You are signed in.`
}

// An invitation link brings the e-mail along: /account.html?email=...
form.elements.email.value = new URLSearchParams(location.search).get('email') ?? ''

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { name, email } = Object.fromEntries(new FormData(form))
  const { ok, data } = await api('sign-up', { name, email })
  if (!ok) {
    find('sign-up-error').textContent = data.error
    return
  }
  localStorage.setItem('account', JSON.stringify({ id: data.id, name, email }))
  posthog.identify(data.id, { email, name })
  posthog.capture('signed up', { newsletter: form.elements.newsletter.checked })
  show()
})

show()
