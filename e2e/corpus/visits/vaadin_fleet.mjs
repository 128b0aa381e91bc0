// Vaadin's web components with history routing: a grid, a stepper, tabs that are pages, notifications, forms without a form element.
import { shell } from '../serve.mjs'

const html = shell({ title: 'Green Vans' })
export default {
  title: 'Green Vans', page: 'fleet.js', css: false, held: true,
  routes: () => ({
    ...Object.fromEntries(['/trip', '/fuel', '/damage', '/driver', '/tyres', '/van/KV-118', '/van/KV-204', '/van/KV-377', '/van/KV-512'].map((path) => [`GET ${path}`, { html }])),
    'POST /api/where': ({ n }) => ({ wait: n === 1 ? 4300 : 150, json: { text: n === 1 ? 'Two are in the harbour, one in the yard.' : 'All are in the yard.' } }),
    'POST /api/trips': ({ n }) => (n < 3 ? { status: 422, wait: 150, json: { message: 'No street of this name' } } : { wait: 150, json: { text: 'Trip 81 is planned, leave at 7:20.' } }),
    'POST /api/cheap': { wait: 4200, json: { text: 'Cheapest at five in the morning' } },
    'POST /api/bind': ({ n }) => (n < 3 ? { status: 503, wait: 150, json: { message: 'The card office is closed for maintenance' } } : { wait: 150, json: { text: 'The card belongs to KV 512 now' } }),
    'POST /api/damage': { wait: 100, json: {} },
  }),
  async play(v) {
    const tab = (name) => v.page.locator('vaadin-tab').getByText(name, { exact: true })
    const link = (name) => v.role('link', name, { exact: true })
    const button = (name) => v.page.locator('vaadin-button').getByText(name, { exact: true })
    const label = (name) => v.page.locator('vaadin-text-field').getByLabel(name, { exact: true })
    await v.click('Where are they?', button('Where are they?'), { flags: ['slow', 'wait'], texts: ['Two are in the harbour, one in the yard.'], wait: 6000 })
    await v.click('Where are they?', button('Where are they?'), { texts: ['All are in the yard.'], wait: 2400 })
    await v.click('Export list', button('Export list'), { flags: ['dead'], wait: 3600 })
    await v.click('Log of KV 204', link('Log of KV 204'), { nav: '/van/KV-204', soft: ['engine warning, false alarm'], wait: 2200 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Plan a trip', tab('Plan a trip'), { nav: '/trip', wait: 1800 })
    await v.click('Plan trip', button('Plan trip'), { flags: ['error_shown'], texts: ['Where does it start?'], wait: 2800 })
    await v.type('From', label('From'), 'Yard 2')
    await v.type('To', label('To'), 'Kaai strat')
    for (let more = 5; more <= 8; more++) await v.click(null, v.page.locator('vaadin-integer-field [part~="increase-button"]'), { wait: 500, soft: [`${more} crates weigh`], why: 'one crate more' })
    await v.click('Plan trip', button('Plan trip'), { flags: ['error_after', 'error_shown'], texts: ['No street of this name'], wait: 3800 })
    await v.click('Plan trip', button('Plan trip'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['No street of this name'], wait: 3800 })
    await v.retype('To', label('To'), 'Kaaistraat', { flags: ['retyped'] })
    await v.click('Plan trip', button('Plan trip'), { texts: ['Trip 81 is planned, leave at 7:20.'], wait: 2800 })
    await v.click('Cheapest hour', button('Cheapest hour'), { flags: ['slow'], texts: ['Cheapest at five in the morning'], wait: 5800 })
    await v.screen()
    await v.click('Fuel card', tab('Fuel card'), { nav: '/fuel', wait: 1800 })
    await v.type('Card number', label('Card number'), '7100 2281')
    await v.type('Mileage', label('Mileage'), '81 004')
    await v.retype('Mileage', label('Mileage'), '18 004', { flags: ['retyped'], why: 'mixed up two digits' })
    await v.click('Bind card', button('Bind card'), { flags: ['error_after', 'error_shown'], texts: ['The card office is closed for maintenance'], wait: 4600 })
    await v.click('Bind card', button('Bind card'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['The card office is closed for maintenance'], wait: 4600 })
    await v.click('Bind card', button('Bind card'), { flags: ['repeated_submit'], texts: ['The card belongs to KV 512 now'], wait: 4200 })
    await v.click('Driver', tab('Driver'), { nav: '/driver', wait: 1800 })
    await v.click('Shift', v.page.locator('vaadin-select'), { alt: ['Early'], soft: ['Night'], wait: 1500 })
    await v.click('Late', v.page.locator('vaadin-select-item').getByText('Late', { exact: true }).filter({ visible: true }), { soft: ['Shift is now Late'], wait: 3600 })
    await v.click('Call dispatcher', button('Call dispatcher'), { flags: ['dead', 'error_after'], wait: 3800 })
    await v.click('Call dispatcher', button('Call dispatcher'), { flags: ['rage', 'error_after'], may: ['dead'], n: 4, gap: 190, wait: 3800 })
    await v.type('Shown name', label('Shown name'), 'Sami the third', { flags: ['abandoned_form'], wait: 5400 })
    await v.click('Damage', tab('Damage'), { nav: '/damage', soft: ['Three reports this month were errors of the sensor.'], wait: 1800 })
    await v.type('Where on the van', label('Where on the van'), 'Left mirror')
    await v.type('How it came', label('How it came'), 'A narrow gate')
    await v.click('Report damage', button('Report damage'), { flags: ['dead'], wait: 4200 })
    await v.click('Report damage', button('Report damage'), { flags: ['dead', 'repeated_submit'], wait: 4200 })
    await v.click('Tyres', tab('Tyres'), { nav: '/tyres', wait: 1800 })
    await v.type('Size', label('Size'), '205 by 70', { flags: ['abandoned_form'], wait: 5400 })
    await v.click('Plan a trip', tab('Plan a trip'), { nav: '/trip', wait: 1800 })
    await v.type('From', label('From'), 'Depot north', { flags: ['abandoned_form'], wait: 6500, why: 'a second trip that is never planned' })
    v.claim('true', { kind: 'clicked', text: 'Plan trip', count: 4 }, { kind: 'saw_text', text: 'Trip 81 is planned' }, { kind: 'rage', text: 'Call dispatcher' }, { kind: 'request_failed', text: '/api/bind', status: 503, count: 2 })
    v.claim('false', { kind: 'clicked', text: 'Ask the garage', count: 1 }, { kind: 'rage', text: 'Report damage' }, { kind: 'request_failed', text: '/api/damage' })
    v.claim('unknown', { kind: 'saw_text', text: 'Damage report accepted' })
    v.ends(['success', 'failed', 'not shown'], 'a trip was planned and a card bound; nothing said that the damage was reported')
  },
}
