import '@shopify/polaris/build/esm/styles.css'
import { AppProvider, Banner, Button, ButtonGroup, Card, Checkbox, FormLayout, Frame, Modal, Page, Pagination, Select, SkeletonBodyText, Tabs, Text, TextField, Toast } from '@shopify/polaris'
import en from '@shopify/polaris/locales/en.json'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

const PRODUCTS = ['Linen shirt', 'Wool cap (returned: faulty)', 'Canvas bag', 'Silk tie']

function Product() {
  const [title, setTitle] = useState('Linen shirt')
  const [price, setPrice] = useState('')
  const [status, setStatus] = useState('draft')
  const [taxed, setTaxed] = useState(true)
  const [problem, setProblem] = useState()
  const [banner, setBanner] = useState('')
  const [toast, setToast] = useState(null)
  const [saving, setSaving] = useState(false)
  const [asking, setAsking] = useState(false)
  const [report, setReport] = useState()
  const [tab, setTab] = useState(0)
  const [at, setAt] = useState(0)
  const save = async () => {
    if (!/^\d+(\.\d\d)?$/.test(price)) return setProblem('Enter a price such as 12.50')
    setProblem(undefined); setBanner(''); setSaving(true)
    try { await post('/api/products'); setToast({ content: 'Product saved' }) } catch (error) { setBanner(error.message) }
    setSaving(false)
  }
  const drop = async () => { setAsking(false); await post('/api/products', {}, 'DELETE').catch((error) => setToast({ content: error.message, error: true })) }
  const sales = async () => { setReport(null); setReport((await post('/api/sales')).text) }
  return (
    <Frame>
      <Page title="Product" primaryAction={{ content: 'Save product', onAction: save, loading: saving }} secondaryActions={[{ content: 'Duplicate' }, { content: 'View in shop' }]}>
        {banner && <Banner tone="critical" title="The product was not saved"><p>{banner}</p></Banner>}
        <Tabs tabs={[{ id: 'd', content: 'Details' }, { id: 'o', content: 'Others' }]} selected={tab} onSelect={setTab} />
        {tab === 0 ? (
          <Card><FormLayout><TextField label="Title" value={title} onChange={setTitle} autoComplete="off" /><TextField label="Price" value={price} onChange={setPrice} error={problem} autoComplete="off" /><Select label="Status" value={status} onChange={setStatus} options={[{ label: 'Draft', value: 'draft' }, { label: 'Active', value: 'active' }]} /><Checkbox label="Charge tax" checked={taxed} onChange={setTaxed} />
            <ButtonGroup><Button onClick={sales}>Sales report</Button><Button>Add variant</Button><Button variant="plain">Add media</Button><Button tone="critical" onClick={() => setAsking(true)}>Delete product</Button></ButtonGroup>{report === null && <SkeletonBodyText lines={2} />}{report && <Text as="p">{report}</Text>}</FormLayout></Card>
        ) : <Card><Text as="p">{PRODUCTS[at]}</Text><Pagination hasPrevious={at > 0} hasNext={at < 3} onNext={() => setAt(at + 1)} onPrevious={() => setAt(at - 1)} /></Card>}
        <Modal open={asking} onClose={() => setAsking(false)} title="Delete this product?" primaryAction={{ content: 'Delete it', onAction: drop, destructive: true }} secondaryActions={[{ content: 'Keep it', onAction: () => setAsking(false) }]}><Modal.Section><p>Orders that hold it are not cancelled.</p></Modal.Section></Modal>
        {toast && <Toast {...toast} duration={3500} onDismiss={() => setToast(null)} />}
      </Page>
    </Frame>
  )
}
createRoot(document.getElementById('root')).render(<AppProvider i18n={en}><Product /></AppProvider>)
