import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Box, Button, Card, CardBody, Grommet, Heading, Layer, Notification, Paragraph, Spinner, Text, TextInput } from 'grommet'
import { post } from './post.js'

function App() {
  const [query, setQuery] = useState(''), [hits, setHits] = useState(), [busy, setBusy] = useState(false), [open, setOpen] = useState(), [note, setNote] = useState(), [price, setPrice] = useState()
  const search = async () => { setBusy(true); setHits((await post('/api/search', { query })).hits); setBusy(false) }
  const prices = async () => { setPrice(); try { setPrice({ text: (await post('/api/prices')).text }) } catch (error) { setPrice({ text: error.message, color: 'status-critical' }) } }
  return <Grommet><Box pad="medium" gap="small" width="large"><Heading level={2}>Hikes</Heading><Box direction="row" gap="small"><TextInput aria-label="Region" value={query} onChange={(event) => setQuery(event.target.value)} /><Button primary label="Search" onClick={search} /></Box>
    <Box direction="row" gap="small"><Button label="Trail conditions" onClick={() => setNote({ status: 'info', title: 'Trails are checked every Friday', message: 'Rangers report fallen trees and closed bridges.' })} /><Button label="Huts" onClick={prices} /></Box>{busy && <Spinner message="Searching" />}{price && <Text color={price.color}>{price.text}</Text>}
    {hits && !hits.length && <Box align="center" pad="large"><Text weight="bold">Nothing matched your region</Text><Text size="small">Have you tried a bigger one?</Text></Box>}
    {hits?.map((hit) => <Card key={hit.name} background="light-1"><CardBody pad="small"><Text>{hit.name}</Text><Text size="small">{hit.info}</Text><Button label={`Details of ${hit.name}`} onClick={() => setOpen(hit)} /></CardBody></Card>)}
    {note && <Notification {...note} onClose={() => setNote()} />}
    {open && <Layer onEsc={() => setOpen()} onClickOutside={() => setOpen()}><Box pad="medium" gap="small"><Heading level={3} margin="none">{open.name}</Heading><Paragraph>{open.more}</Paragraph><Button label="Close details" onClick={() => setOpen()} /></Box></Layer>}</Box></Grommet>
}
createRoot(document.getElementById('root')).render(<App />)
