const HIKES = [{ name: 'Lost Lake', info: '9 km, easy', more: 'The lake was lost on maps until 1902. Parking is limited.' }, { name: 'Failed Dam', info: '14 km, hard', more: 'The dam failed in 1928; its ruins are worth the climb.' }]
export default {
  title: 'Hikes', page: 'grommet.jsx', css: false, held: false,
  routes: () => ({
    'POST /api/search': ({ n }) => ({ wait: 500, json: { hits: n === 2 ? HIKES : [] } }),
    'POST /api/prices': ({ n }) => (n === 1 ? { status: 500, json: { message: 'Huts are not available right now.' } } : { json: { text: 'Two huts, from 35 a night' } }),
  }),
  async play(v) {
    await v.type('Region', v.page.getByLabel('Region'), 'Norland', { public: true })
    await v.click('Search', v.button('Search'), { texts: ['Nothing matched your region'], may: ['error_shown'], wait: 2400 })
    await v.retype('Region', v.page.getByLabel('Region'), 'North', { public: true, why: 'another search' })
    await v.click('Search', v.button('Search'), { texts: ['9 km, easy'], soft: ['Failed Dam'], wait: 2400 })
    await v.click('Details of Failed Dam', v.button('Details of Failed Dam'), { soft: ['The dam failed in 1928'], wait: 2600, why: 'a description' })
    await v.click('Close details', v.button('Close details'), { wait: 1600 })
    await v.click('Huts', v.button('Huts'), { flags: ['error_after', 'error_shown'], texts: ['Huts are not available right now.'], wait: 2200 })
    await v.click('Huts', v.button('Huts'), { texts: ['Two huts, from 35 a night'], wait: 2200 })
    await v.screen()
    await v.click('Trail conditions', v.button('Trail conditions'), { texts: ['Trails are checked every Friday'], soft: ['Rangers report fallen trees and closed bridges.'], wait: 2600, why: 'a neutral note' })
    await v.click('Details of Lost Lake', v.button('Details of Lost Lake'), { soft: ['The lake was lost on maps until 1902.'], wait: 2600 })
    await v.click('Close details', v.button('Close details'), { wait: 3000 })
    v.claim('true', { kind: 'clicked', text: 'Search', count: 2 }, { kind: 'saw_text', text: 'Two huts, from 35 a night' }, { kind: 'request_failed', text: '/api/prices', count: 1 })
    v.claim('false', { kind: 'dead', text: 'Close details' }, { kind: 'request_failed', text: '/api/search' })
    v.claim('unknown', { kind: 'saw_text', text: 'Booked' })
    v.ends('not shown', 'looked around, and asked for nothing')
  },
}
