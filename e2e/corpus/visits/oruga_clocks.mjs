// Vue with Oruga and Bulma: a carousel, skeletons, fields that are refused, and forms that are left.
import { shell } from '../serve.mjs'

const html = shell({ title: 'House of Clocks' })
export default {
  title: 'House of Clocks', page: 'clocks.js', held: true,
  routes: () => ({
    ...Object.fromEntries(['/x/sundial', '/x/pendulum', '/x/cuckoo', '/tickets', '/card', '/tours', '/lost', '/guests'].map((path) => [`GET ${path}`, { html }])),
    'POST /api/audio': ({ n }) => ({ wait: n === 1 ? 4300 : 150, json: { text: n === 1 ? 'Listen to the two small gears on the left.' : 'The left cuckoo calls at noon.' } }),
    'POST /api/tickets': ({ n }) => (n < 3 ? { status: 409, wait: 200, json: { message: 'At 10:00 there are not enough seats left.' } } : { wait: 200, json: { text: 'Your tickets are on their way: HC-3307.' } }),
    'POST /api/renew': ({ n }) => (n < 3 ? { status: 404, wait: 150, json: { message: 'We do not know this card.' } } : { wait: 4200, json: { text: 'Your card is valid for another year.' } }),
    'POST /api/days': { wait: 4200, json: { text: 'Free: the 12th, the 19th' } },
    'POST /api/lost': { status: 500, json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    for (const photo of ['Ship clock', 'Fire clock', 'Night clock']) await v.click('Next picture', v.button('Next picture'), { wait: 600, soft: [photo] })
    await v.click('Plan my route', v.button('Plan my route'), { flags: ['dead'], wait: 3600 })
    await v.click('Sundial of Arles', link('Sundial of Arles'), { nav: '/x/sundial', soft: ['It is wrong by four minutes in November.'], wait: 2200 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Three cuckoos', link('Three cuckoos'), { nav: '/x/cuckoo', wait: 1800 })
    await v.click('Hear the guide', v.button('Hear the guide'), { flags: ['slow', 'wait'], texts: ['Listen to the two small gears on the left.'], wait: 6000 })
    await v.click('Hear the guide', v.button('Hear the guide'), { texts: ['The left cuckoo calls at noon.'], wait: 2600 })
    await v.click('Add to my tour', v.button('Add to my tour'), { soft: ['In my tour'], wait: 1600 })
    await v.click('Zoom in', v.button('Zoom in'), { flags: ['rage'], may: ['dead'], n: 4, gap: 190, wait: 3600 })
    await v.click('Tickets', link('Tickets'), { nav: '/tickets', wait: 1800 })
    await v.type('Name', label('Name'), 'Ruben')
    await v.type('E-mail', label('E-mail'), 'ruben@')
    await v.click('One more', v.button('One more'), { wait: 500 })
    await v.click('One more', v.button('One more'), { wait: 500 })
    await v.click('One more', v.button('One more'), { wait: 900 })
    await v.click('Buy tickets', v.button('Buy tickets'), { flags: ['error_shown'], texts: ['Please enter a complete e-mail address.'], wait: 2800 })
    await v.retype('E-mail', label('E-mail'), 'ruben@clock.test', { flags: ['retyped'] })
    await v.click('Buy tickets', v.button('Buy tickets'), { flags: ['error_after', 'error_shown'], texts: ['At 10:00 there are not enough seats left.'], wait: 3800 })
    await v.click('Buy tickets', v.button('Buy tickets'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['At 10:00 there are not enough seats left.'], wait: 3600 })
    await v.did('change', 'Time', () => label('Time').selectOption('15:00'), { wait: 1200 })
    await v.click('Buy tickets', v.button('Buy tickets'), { texts: ['Your tickets are on their way: HC-3307.'], wait: 3000 })
    await v.screen()
    await v.click('Season card', link('Season card'), { nav: '/card', soft: ['A lost card is no problem'], wait: 1800 })
    await v.type('Card code', label('Card code'), 'SC-80-I1')
    await v.click('Renew card', v.button('Renew card'), { flags: ['error_after', 'error_shown'], texts: ['We do not know this card.'], wait: 3800 })
    await v.click('Renew card', v.button('Renew card'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['We do not know this card.'], wait: 3600 })
    await v.retype('Card code', label('Card code'), 'SC-80-11', { flags: ['retyped'] })
    await v.click('Renew card', v.button('Renew card'), { flags: ['slow'], texts: ['Your card is valid for another year.'], wait: 6000, why: 'no spinner' })
    await v.click('School tours', link('School tours'), { nav: '/tours', wait: 1800 })
    await v.type('School', label('School'), 'Abbey school')
    await v.type('Age of the class', label('Age of the class'), 'eleven', { flags: ['abandoned_form'], wait: 5200 })
    await v.click('Lost and found', link('Lost and found'), { nav: '/lost', wait: 1800 })
    await v.type('What did you lose?', label('What did you lose?'), 'A grey scarf')
    await v.click('Tell the desk', v.button('Tell the desk'), { flags: ['dead', 'error_after'], wait: 4000 })
    await v.click('Tell the desk', v.button('Tell the desk'), { flags: ['dead', 'error_after', 'repeated_submit'], wait: 4000 })
    await v.click('Guest book', link('Guest book'), { nav: '/guests', soft: ['The silent cuckoo was not an error after all!'], wait: 1800 })
    await v.type('Your line', label('Your line'), 'We stayed until six')
    await v.type('Town', label('Town'), 'Ghent', { flags: ['abandoned_form'], wait: 6500, why: 'closes the page' })
    v.claim('true', { kind: 'clicked', text: 'Buy tickets', count: 4 }, { kind: 'saw_text', text: 'Your tickets are on their way' }, { kind: 'rage', text: 'Zoom in' }, { kind: 'request_failed', text: '/api/lost', status: 500, count: 2 })
    v.claim('false', { kind: 'clicked', text: 'Sign the book', count: 1 }, { kind: 'rage', text: 'Next picture' }, { kind: 'dead', text: 'Add to my tour' })
    v.claim('unknown', { kind: 'saw_text', text: 'Your scarf was found' })
    v.ends(['success', 'failed', 'not shown'], 'tickets were bought and a card renewed; the desk was not told')
  },
}
