import '@blueprintjs/core/lib/css/blueprint.css'
import { Alert, Button, ButtonGroup, Callout, Card, Classes, Dialog, DialogBody, DialogFooter, EditableText, FormGroup, HTMLSelect, InputGroup, Intent, Menu, MenuItem, NumericInput, OverlayToaster, Popover, Switch, Tag, NonIdealState, Spinner } from '@blueprintjs/core'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

const toaster = OverlayToaster.create({ position: 'top' }, { domRenderer: (element, container) => createRoot(container).render(element) })
const toast = async (props) => (await toaster).show({ timeout: 3500, ...props })

function Keys() {
  const [keys, setKeys] = useState([{ name: 'billing', uses: 12 }, { name: 'error-reports', uses: 4 }])
  const [making, setMaking] = useState(false), [revoking, setRevoking] = useState()
  const [name, setName] = useState(''), [problem, setProblem] = useState(''), [days, setDays] = useState(30)
  const [audit, setAudit] = useState()
  const make = async () => {
    if (!/^[a-z-]+$/.test(name)) return setProblem('Lower case letters and dashes only')
    setProblem('')
    try { const { token } = await post('/api/keys', { name, days }); setKeys([...keys, { name, uses: 0 }]); setMaking(false); toast({ message: `Key created. It ends in ${token}`, intent: Intent.SUCCESS, icon: 'tick' }) } catch (error) { toast({ message: error.message, intent: Intent.DANGER, icon: 'warning-sign' }) }
  }
  const revoke = async () => { const key = revoking; setRevoking(); try { await post(`/api/keys/${key.name}`, {}, 'DELETE'); setKeys(keys.filter((each) => each !== key)); toast({ message: `${key.name} was revoked`, intent: Intent.SUCCESS }) } catch (error) { toast({ message: error.message, intent: Intent.DANGER }) } }
  const look = async () => { setAudit(null); try { setAudit((await post('/api/audit')).text) } catch (error) { setAudit({ error: error.message }) } }
  return (
    <div style={{ maxWidth: 760, margin: '20px auto' }}>
      <h2 className={Classes.HEADING}><EditableText defaultValue="API keys" /></h2>
      <ButtonGroup><Button intent="primary" onClick={() => setMaking(true)}>New key</Button><Button onClick={look}>Audit log</Button><Button>Rotate all</Button><Popover minimal placement="bottom" content={<Menu><MenuItem text="Copy as JSON" onClick={() => toast({ message: 'Copied to clipboard' })} /><MenuItem text="Export" shouldDismissPopover={false} /></Menu>}><Button>More</Button></Popover></ButtonGroup>
      <Callout intent="warning" style={{ margin: '12px 0' }}>Keys that failed three times are locked.</Callout>
      {keys.map((key) => <Card key={key.name} compact style={{ display: 'flex', gap: 12, alignItems: 'center' }}><b>{key.name}</b><Tag minimal intent={key.uses > 10 ? 'danger' : 'none'}>{key.uses} uses</Tag><Switch label="Active" defaultChecked style={{ margin: 0 }} /><Button small intent="danger" variant="minimal" onClick={() => setRevoking(key)}>Revoke {key.name}</Button></Card>)}
      <div style={{ marginTop: 16 }}>{audit === null ? <Spinner size={30} /> : audit?.error ? <NonIdealState icon="error" title="No audit log" description={audit.error} /> : audit}</div>
      <Dialog isOpen={making} title="New key" onClose={() => setMaking(false)}><DialogBody><FormGroup label="Key name" labelFor="key" helperText={problem || 'Shown in the audit log'} intent={problem ? 'danger' : 'none'}><InputGroup id="key" intent={problem ? 'danger' : 'none'} value={name} onChange={(event) => setName(event.target.value)} /></FormGroup><FormGroup label="Days"><NumericInput value={days} onValueChange={setDays} /></FormGroup><FormGroup label="Scope" labelFor="scope"><HTMLSelect id="scope" options={['Read', 'Write']} /></FormGroup></DialogBody><DialogFooter actions={<><Button onClick={() => setMaking(false)}>Cancel</Button><Button intent="primary" onClick={make}>Create key</Button></>} /></Dialog>
      <Alert isOpen={!!revoking} intent="danger" confirmButtonText="Revoke key" cancelButtonText="Keep" onConfirm={revoke} onCancel={() => setRevoking()}><p>Programs that use it will fail.</p></Alert>
    </div>
  )
}
createRoot(document.getElementById('root')).render(<Keys />)
