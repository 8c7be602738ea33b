{{/* The release's name for objects: at most 63 characters, as a label may have. */}}
{{- define "spanledger.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "spanledger.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: collector
{{- end -}}

{{- define "spanledger.labels" -}}
{{ include "spanledger.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- define "spanledger.clickhouse.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: clickhouse
{{- end -}}

{{- define "spanledger.digest.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: digest
{{- end -}}

{{- define "spanledger.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "spanledger.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: name an account, or set serviceAccount.create" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the ledger's endpoint, which exactly one value provides. */}}
{{- define "spanledger.endpointSecret" -}}
{{- $given := 0 -}}
{{- if .Values.clickhouse.endpoint }}{{ $given = add $given 1 }}{{ end -}}
{{- if .Values.clickhouse.existingSecret }}{{ $given = add $given 1 }}{{ end -}}
{{- if .Values.clickhouse.bundled.enabled }}{{ $given = add $given 1 }}{{ end -}}
{{- if ne $given 1 -}}
{{- fail "clickhouse: set exactly one of endpoint, existingSecret and bundled.enabled" -}}
{{- end -}}
{{- default (printf "%s-ledger" (include "spanledger.fullname" .)) .Values.clickhouse.existingSecret -}}
{{- end -}}

{{- define "spanledger.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "spanledger.budgets" -}}
{{- default (.Files.Get "files/budgets.yaml") .Values.budgets -}}
{{- end -}}

{{- define "spanledger.chargeback" -}}
{{- default (.Files.Get "files/chargeback.yaml") .Values.chargeback.rules -}}
{{- end -}}

{{/* The bundled server's password: given, or the one of the installed Secret, or a new one. */}}
{{- define "spanledger.clickhouse.password" -}}
{{- if .Values.clickhouse.bundled.password -}}
{{- .Values.clickhouse.bundled.password -}}
{{- else -}}
{{- $old := lookup "v1" "Secret" .Release.Namespace (printf "%s-ledger" (include "spanledger.fullname" .)) -}}
{{- if $old -}}
{{- index $old.data "clickhouse-password" | b64dec -}}
{{- else -}}
{{- randAlphaNum 32 -}}
{{- end -}}
{{- end -}}
{{- end -}}
