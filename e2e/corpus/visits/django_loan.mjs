// Several server-rendered pages, as in Django and Rails: an errorlist beside fields, messages after redirects, a summary page.
const css = 'body{font:15px/1.5 Verdana,sans-serif;max-width:680px;margin:16px auto}.errorlist{color:#ba2121;margin:0;padding-left:1.2em}.messagelist{list-style:none;padding:0}.messagelist li{padding:8px;background:#dfd}.messagelist .error{background:#ffefef}.errornote{border:1px solid #ba2121;color:#ba2121;padding:8px}.helptext{color:#666;font-size:12px}.skip{position:absolute;left:-999px}'
const page = (title, body, messages = '') => ({ html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} | Town library</title><style>${css}</style><!-- SNIPPET --></head><body><a class="skip" href="#main">Skip</a><header><a href="/">Catalogue</a> <a href="/account/">My account</a></header>${messages}<main id="main"><h1>${title}</h1>${body}</main><footer><button type="button">Change contrast</button><p class="helptext">Invalid cards and lost books: ask at the desk.</p></footer></body></html>` })
const field = (name, label, problem, help = '', value = '') => `<p>${problem ? `<ul class="errorlist"><li>${problem}</li></ul>` : ''}<label for="id_${name}">${label}:</label> <input id="id_${name}" name="${name}" value="${value}"${problem ? ' aria-invalid="true"' : ''}> <span class="helptext">${help}</span></p>`
const books = '<ul><li><a href="/book/1/">The Trial and Error Handbook</a></li><li><a href="/book/2/">Failure is not fatal</a></li></ul>'

function routes() {
  let messages = ''
  const shown = () => { const now = messages; messages = ''; return now }
  return {
    'GET /': () => page('Catalogue', `<form method="get" action="/search/"><label>Search <input name="q"></label> <button>Find</button></form>${books}`, shown()),
    'GET /search/': ({ url }) => (url.searchParams.get('q')?.startsWith('q') ? page('Search', '<p>No results for your search.</p><p><a href="/">Back to the catalogue</a></p>') : { wait: 3300, ...page('Search', books) }),
    'GET /book/1/': () => page('The Trial and Error Handbook', '<p>One copy is free.</p><p><a href="/loan/1/">Borrow this book</a></p><button type="button">Add to wish list</button>', shown()),
    'GET /loan/1/': () => page('Borrow: step 1 of 2', `<form method="post" novalidate>${field('card', 'Card number', '', 'Eight digits')}${field('pin', 'PIN', '')}<button>Continue</button></form>`),
    'POST /loan/1/': ({ n, form }) => (n === 1 ? page('Borrow: step 1 of 2', `<p class="errornote">Please correct the errors below.</p><form method="post" novalidate>${field('card', 'Card number', form.get('card') ? '' : 'This field is required.', 'Eight digits')}${field('pin', 'PIN', 'Ensure this value has at least 4 characters.')}<button>Continue</button></form>`) : { to: '/loan/2/' }),
    'GET /loan/2/': () => page('Borrow: step 2 of 2', '<form method="post"><p><label><input type="radio" name="where" value="desk"> At the desk</label> <label><input type="radio" name="where" value="home"> Sent home</label></p><p><label for="id_until">Until</label> <select id="id_until" name="until"><option>2 weeks</option><option>4 weeks</option></select></p><button>Confirm loan</button></form>', shown()),
    'POST /loan/2/': ({ n }) => { if (n === 1) { messages = '<ul class="messagelist"><li class="error">The copy has just been lent to somebody else.</li></ul>'; return { to: '/loan/2/' } } messages = '<ul class="messagelist"><li class="success">Your loan is confirmed.</li></ul>'; return { wait: 200, to: '/account/' } },
    'GET /account/': () => page('My account', '<table><tr><td>The Trial and Error Handbook</td><td>due in 2 weeks</td></tr></table><p>Fines: none. Overdue reminders that failed: 0.</p><button type="button">Renew all</button>', shown()),
  }
}

export default {
  routes, held: false,
  async play(v) {
    await v.type('Search', v.page.getByLabel('Search'), 'qqq', { public: true })
    await v.key('Find', 'Enter', { alt: ['Search'], nav: '/search/', wait: 2400, soft: ['No results for your search.'], may: ['error_shown'], optional: true, why: 'sent by Enter' })
    await v.click('Back to the catalogue', v.role('link', 'Back to the catalogue'), { nav: '/', wait: 2200 })
    await v.click('Change contrast', v.button('Change contrast'), { flags: ['dead'], wait: 3300 })
    await v.click('The Trial and Error Handbook', v.role('link', 'The Trial and Error Handbook'), { nav: '/book/1/', wait: 2200, why: 'a book of that name' })
    await v.click('Add to wish list', v.button('Add to wish list'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Borrow this book', v.role('link', 'Borrow this book'), { nav: '/loan/1/', wait: 2200 })
    await v.type('PIN', v.page.getByLabel('PIN'), '99')
    await v.click('Continue', v.button('Continue'), { flags: ['error_shown'], texts: ['This field is required.', 'Ensure this value has at least 4 characters.'], soft: ['Please correct the errors below.'], nav: '/loan/1/', wait: 2800 })
    await v.type('Card number', v.page.getByLabel('Card number'), '40118822')
    await v.type('PIN', v.page.getByLabel('PIN'), '7391')
    await v.screen()
    await v.click('Continue', v.button('Continue'), { nav: '/loan/2/', wait: 2400 })
    await v.click('At the desk', v.page.getByText('At the desk'), { as: 'change' })
    await v.click('Confirm loan', v.button('Confirm loan'), { flags: ['error_shown'], texts: ['The copy has just been lent to somebody else.'], nav: '/loan/2/', wait: 2800 })
    await v.click('Sent home', v.page.getByText('Sent home'), { as: 'change' })
    await v.click('Confirm loan', v.button('Confirm loan'), { texts: ['Your loan is confirmed.'], nav: '/account/', wait: 2600 })
    await v.click('Renew all', v.button('Renew all'), { flags: ['dead'], wait: 3300 })
    v.claim('true', { kind: 'clicked', text: 'Confirm loan', count: 2 }, { kind: 'saw_text', text: 'Your loan is confirmed' }, { kind: 'saw_text', text: 'This field is required' }, { kind: 'saw_text', text: 'lent to somebody else' }, { kind: 'visited', text: '/account/', count: 1 }, { kind: 'rage', text: 'Add to wish list' })
    v.claim('false', { kind: 'dead', text: 'Confirm loan' }, { kind: 'rage', text: 'Continue' }, { kind: 'clicked', text: 'Continue', count: 4 })
    v.claim('unknown', { kind: 'saw_text', text: 'Loan renewed' }, { kind: 'visited', text: '/fines/' })
    v.ends('success', 'Your loan is confirmed, after one refusal')
  },
}
