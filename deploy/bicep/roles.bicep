// What the data source's identity needs to read in one subscription: Flux and the clusters, and the metrics.
//
//   az deployment sub create --location LOCATION --subscription SUBSCRIPTION --template-file roles.bicep --parameters principalId=OBJECT-ID
//
// Once for each subscription. To give it all of a management group, assign the roles there instead.

targetScope = 'subscription'

@description('Object id of the service principal or managed identity: neither its client id nor the object id of an app registration.')
param principalId string

@description('What the object id is of.')
@allowed([
  'ServicePrincipal'
  'Group'
  'User'
])
param principalType string = 'ServicePrincipal'

@description('Whether it may query the Azure Monitor workspaces of this subscription, too.')
param readMetrics bool = true

var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
var monitoringDataReader = 'b0d8363b-8ddd-447d-831f-62ca05bff136'

resource readerAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, reader)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}

resource monitoringDataReaderAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (readMetrics) {
  name: guid(subscription().id, principalId, monitoringDataReader)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringDataReader)
  }
}
