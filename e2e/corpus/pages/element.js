import 'element-plus/dist/index.css'
import { createApp, reactive, ref } from 'vue'
import ElementPlus, { ElMessage, ElMessageBox, ElNotification } from 'element-plus'
import { post } from './post.js'

createApp({
  setup() {
    const form = ref(), model = reactive({ customer: '', amount: '' }), busy = ref(false), tab = ref('open')
    const rows = reactive([{ id: 2039, customer: 'Northwind', state: 'Payment failed' }, { id: 2040, customer: 'Adatum', state: 'Sent' }])
    const rules = { customer: [{ required: true, message: 'Please input the customer', trigger: 'submit' }], amount: [{ required: true, message: 'Please input an amount', trigger: 'submit' }] }
    const create = async () => {
      if (!(await form.value.validate().catch(() => false))) return
      busy.value = true
      try {
        const { id } = await post('/api/invoices'); rows.push({ id, customer: model.customer, state: 'Draft' })
        ElNotification({ title: 'Success', message: `Invoice ${id} has been created`, type: 'success', duration: 4000 }); form.value.resetFields()
      } catch (error) { ElMessage.error(error.message) }
      busy.value = false
    }
    const remind = () => ElMessage({ type: 'info', message: 'Reminders go out every Monday' })
    const remove = async (row) => { if (await ElMessageBox.confirm('This will permanently delete the invoice. Continue?', 'Warning', { type: 'warning', confirmButtonText: 'Delete it' }).catch(() => false)) rows.splice(rows.indexOf(row), 1); else ElMessage('Delete canceled') }
    return { form, model, rules, rows, busy, tab, create, remind, remove }
  },
  template: `<div style="max-width:760px;margin:16px auto"><h2>Invoices</h2>
  <el-alert title="Invoices above 5,000 need a second approval" type="warning" :closable="false" show-icon />
  <el-form ref="form" :model="model" :rules="rules" label-width="120px" style="margin-top:16px"><el-form-item label="Customer" prop="customer"><el-input v-model="model.customer" /></el-form-item><el-form-item label="Amount" prop="amount"><el-input v-model="model.amount" /></el-form-item><el-form-item><el-button type="primary" :loading="busy" @click="create">Create</el-button><el-button @click="remind">When are reminders sent</el-button><el-button>Preview PDF</el-button></el-form-item></el-form>
  <el-tabs v-model="tab"><el-tab-pane label="Open" name="open"><el-table :data="rows"><el-table-column prop="id" label="No" /><el-table-column prop="customer" label="Customer" /><el-table-column label="State"><template #default="{ row }"><el-tag :type="row.state === 'Payment failed' ? 'danger' : 'info'">{{ row.state }}</el-tag></template></el-table-column><el-table-column label=""><template #default="{ row }"><el-button link type="danger" @click="remove(row)">Delete {{ row.id }}</el-button></template></el-table-column></el-table></el-tab-pane><el-tab-pane label="Archive" name="archive"><el-empty description="No data" /></el-tab-pane></el-tabs></div>`,
}).use(ElementPlus).mount('#root')
